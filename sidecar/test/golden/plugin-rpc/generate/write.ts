/** Writes what the product says to a server today, for Go to decode; see README.md. */
import {oursOnTheWire} from '../../../on-the-wire/on-the-wire.ts';

process.stdout.write(JSON.stringify(await oursOnTheWire()));
