import type { Dialect } from '../dialect.ts';
import { avalanche } from './avalanche.ts';
import { conflux } from './conflux.ts';
import { hedera } from './hedera.ts';
import { hornet } from './hornet.ts';
import { kaspa } from './kaspa/kaspa.ts';

/** In the order in which an unknown address is asked. Adding a dialect adds one line. */
const overHttp: readonly Dialect[] = [conflux, avalanche, hornet, hedera];
const overWebSocket: readonly Dialect[] = [kaspa];

/** The dialects that can be spoken at an address. */
export function dialectsFor(url: string): readonly Dialect[] {
	return /^wss?:/i.test(url) ? overWebSocket : overHttp;
}
