// Bundles the sidecar into one CommonJS file: what a single executable can hold.
import path from 'node:path';
import webpack from 'webpack';
import {EsbuildPlugin} from 'esbuild-loader';
import {writePackages} from './packages.mjs';
import {cache, fail, root} from './paths.mjs';

/** Writes `<folder>/sidecar.cjs` and gives its path. */
export async function bundleSidecar(folder) {
    const stats = await new Promise((resolve, reject) => {
        webpack(configuration(folder), (error, result) =>
            error ? reject(error) : resolve(result),
        );
    });
    if (stats.hasErrors()) fail(stats.toString({all: false, errors: true, errorDetails: true}));
    writePackages('sidecar', stats);
    return path.join(folder, 'sidecar.cjs');
}

function configuration(folder) {
    return {
        mode: 'production',
        target: 'node24',
        context: root,
        entry: './sidecar/src/main.ts',
        output: {path: folder, filename: 'sidecar.cjs', clean: true},
        cache: {type: 'filesystem', cacheDirectory: path.join(cache, 'webpack')},
        resolve: {extensions: ['.ts', '.js', '.json']},
        module: {rules: [{test: /\.ts$/, loader: 'esbuild-loader', options: {target: 'node24'}}]},
        // Optional native helpers that the libraries try and do without.
        externals: {bufferutil: 'commonjs bufferutil', 'utf-8-validate': 'commonjs utf-8-validate'},
        optimization: {
            minimizer: [
                new EsbuildPlugin({target: 'node24', keepNames: true, legalComments: 'none'}),
            ],
        },
        plugins: [new webpack.optimize.LimitChunkCountPlugin({maxChunks: 1})],
        ignoreWarnings: [/Critical dependency: the request of a dependency is an expression/],
        performance: {hints: false},
    };
}
