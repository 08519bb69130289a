// Loaded before each test file. Property tests draw the same cases in every run, so that whoever repeats a
// red run sees it red; `make fuzz` draws new ones.
import * as fc from 'fast-check';

const SEED = 116;

if (process.env['GANGWAY_FUZZ'] === undefined) fc.configureGlobal({seed: SEED});
