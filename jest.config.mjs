// One jest for the three workspaces: swc strips the types, node_modules is transformed too, because
// several libraries are ES modules only.
const transform = {
    '^.+\\.(t|j|mj)sx?$': [
        '@swc/jest',
        {
            jsc: {
                parser: {syntax: 'typescript', tsx: true},
                transform: {react: {runtime: 'classic'}},
                target: 'es2022',
            },
            module: {type: 'commonjs'},
        },
    ],
};

const common = {
    transform,
    transformIgnorePatterns: [],
    setupFiles: ['<rootDir>/build/property-tests.ts'],
    moduleFileExtensions: ['ts', 'tsx', 'mjs', 'js', 'json'],
};

const project = (name, environment = 'node') => ({
    ...common,
    displayName: name,
    testEnvironment: environment,
    testMatch: [`<rootDir>/${name}/**/*.test.ts`, `<rootDir>/${name}/**/*.test.tsx`],
});

export default {
    projects: [project('sidecar'), project('playground'), project('webapp', 'jsdom')],
    coverageProvider: 'babel',
    // A limit ends a hang only: no test may depend on how fast the machine is.
    testTimeout: 90_000,
};
