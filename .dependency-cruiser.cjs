// Design §4: dependencies point down. Type-only imports may go sideways (they vanish at run time).
const runtime = {dependencyTypesNot: ['type-only']};
const layers = [
    ['rpc', 'contract'],
    ['net'],
    ['mattermost', 'store', 'config'],
    ['delivery', 'agent', 'policy', 'session', 'safety'],
    ['turn', 'commands', 'interactions', 'tools'],
    ['cli', 'host', 'http'],
];
const folders = (names) => `^sidecar/src/(${names.join('|')})/`;

const upward = layers.slice(0, -1).map((layer, index) => ({
    name: `layer-${index}-imports-down-only`,
    comment: `${layer.join(', ')} must not import what stands above`,
    severity: 'error',
    from: {path: folders(layer), pathNot: '\\.(test|contract)\\.ts$'},
    to: {...runtime, path: folders(layers.slice(index + 1).flat())},
}));

const sideways = layers.slice(0, 4).flatMap((layer) =>
    layer.map((name) => ({
        name: `${name}-does-not-import-its-siblings`,
        severity: 'error',
        from: {path: folders([name]), pathNot: '\\.(test|contract)\\.ts$'},
        to: {...runtime, path: folders(layer.filter((other) => other !== name))},
    })),
);

module.exports = {
    forbidden: [
        ...upward,
        ...sideways,
        {
            name: 'no-cycles',
            comment: 'a cycle that a type-only import closes vanishes at run time',
            severity: 'error',
            from: {},
            to: {circular: true, viaOnly: runtime},
        },
        {
            name: 'only-main-and-cli-see-the-composition-root',
            severity: 'error',
            from: {path: '^sidecar/src/', pathNot: '^sidecar/src/(main|app|app\\.test|cli/|host/)'},
            to: {path: '^sidecar/src/app\\.ts$'},
        },
        {
            name: 'pure-modules-take-no-library',
            comment: 'policy, safety, rpc and the splitter are provable without anything else',
            severity: 'error',
            from: {
                path: '^sidecar/src/(policy|safety|rpc)/|^sidecar/src/delivery/markdown-splitter',
                pathNot: '\\.(test|contract)\\.ts$',
            },
            to: {dependencyTypes: ['npm', 'npm-dev', 'npm-optional']},
        },
        {
            name: 'policy-has-no-adapter',
            severity: 'error',
            from: {path: '^sidecar/src/(policy|safety)/', pathNot: '\\.test\\.ts$'},
            to: {...runtime, path: '^sidecar/src/(mattermost|store|config)/'},
        },
        {
            name: 'webapp-takes-types-of-the-contract-only',
            severity: 'error',
            from: {path: '^webapp/'},
            to: {path: '^sidecar/src/', pathNot: '^sidecar/src/contract/'},
        },
        {
            name: 'playground-uses-rpc-its-wire-shapes-and-contract-only',
            severity: 'error',
            from: {path: '^playground/src/', pathNot: '\\.test\\.tsx?$|^playground/src/main\\.ts$'},
            to: {
                path: '^sidecar/src/',
                pathNot: '^sidecar/src/(rpc|contract|mattermost/plugin-api/wire)/',
            },
        },
        {
            name: 'sidecar-does-not-know-the-playground',
            severity: 'error',
            from: {path: '^sidecar/src/', pathNot: '\\.(test|contract)\\.ts$'},
            to: {path: '^playground/'},
        },
    ],
    options: {
        doNotFollow: {path: 'node_modules'},
        tsPreCompilationDeps: true,
        tsConfig: {fileName: 'tsconfig.json'},
        enhancedResolveOptions: {
            exportsFields: ['exports'],
            conditionNames: ['import', 'require', 'node', 'default'],
        },
    },
};
