// Loaded before each test file. Property tests draw the same cases in every run, so that whoever repeats a
// red run sees it red; `make fuzz` draws new ones. A test that its time limit ends has not passed: a hang would.
import * as fc from 'fast-check';

const SEED = 116;

fc.configureGlobal({
    // The plugin that its successor belongs to is chosen by each test for itself; this holds for all of them.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    markInterruptAsFailure: true,
    ...(process.env['GANGWAY_FUZZ'] === undefined && {seed: SEED}),
});
