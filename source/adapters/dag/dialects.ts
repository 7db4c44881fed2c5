import type { Dialect } from '../dialect.ts';
import { avalanche } from './avalanche.ts';
import { conflux } from './conflux.ts';
import { hedera } from './hedera.ts';
import { hornet } from './hornet.ts';

/** In the order in which an unknown address is asked. Adding a dialect adds one line. */
export const dialects: readonly Dialect[] = [conflux, avalanche, hornet, hedera];
