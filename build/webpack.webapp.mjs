// Bundles the webapp half into one file that shares React and its friends with the web client.
import {readFileSync} from 'node:fs';
import path from 'node:path';
import webpack from 'webpack';
import {EsbuildPlugin} from 'esbuild-loader';
import {writePackages} from './packages.mjs';
import {cache, fail, root} from './paths.mjs';

/** What the web client puts on `window` for plugins. */
const SHARED = JSON.parse(readFileSync(path.join(root, 'webapp/shared_libraries.json'), 'utf8'));

/** Writes `<folder>/main.js`. */
export async function bundleWebapp(folder) {
    const stats = await new Promise((resolve, reject) => {
        webpack(configuration(folder), (error, result) =>
            error ? reject(error) : resolve(result),
        );
    });
    if (stats.hasErrors()) fail(stats.toString({all: false, errors: true, errorDetails: true}));
    writePackages('webapp', stats);
    return path.join(folder, 'main.js');
}

function configuration(folder) {
    return {
        mode: 'production',
        target: ['web', 'es2022'],
        context: root,
        entry: './webapp/src/index.tsx',
        // No eval-type source maps: the client's content security policy forbids them.
        devtool: false,
        output: {path: folder, filename: 'main.js', publicPath: '/', clean: true},
        cache: {type: 'filesystem', cacheDirectory: path.join(cache, 'webpack')},
        resolve: {extensions: ['.tsx', '.ts', '.js']},
        externals: SHARED,
        module: {
            rules: [
                {
                    test: /\.tsx?$/,
                    loader: 'esbuild-loader',
                    // The classic transform: the automatic one would bundle a jsx-runtime of its own.
                    options: {target: 'es2022', jsx: 'transform'},
                },
            ],
        },
        optimization: {minimizer: [new EsbuildPlugin({target: 'es2022', legalComments: 'none'})]},
        plugins: [new webpack.optimize.LimitChunkCountPlugin({maxChunks: 1})],
        performance: {hints: false},
    };
}
