import {bool, emptyStruct, string, uint} from '../gob/schema.ts';
import {rpcMethod} from '../net-rpc/method.ts';

/** Asks whether the plugin is alive; the argument is always true. */
export const controlPing = rpcMethod('Control.Ping', bool, emptyStruct);

/** Asks the plugin to end; the argument is always true. */
export const controlQuit = rpcMethod('Control.Quit', bool, emptyStruct);

/** Asks for one of the plugin's services by name; the reply is a broker id to dial. */
export const dispense = rpcMethod('Dispenser.Dispense', string, uint);
