// Runs before anything is installed, so it must work on any Node and without dependencies.
const major = Number(process.versions.node.split('.')[0]);
if (major < 20) {
    console.error(`Gangway needs Node 20 or newer to install itself; this is ${process.version}.`);
    process.exit(1);
}
