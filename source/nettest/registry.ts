import { bandwidth } from './bandwidth.ts';
import { connectivity } from './connectivity.ts';
import { latency } from './latency.ts';
import { ping } from './ping.ts';
import type { TestName } from './results.ts';
import { routing } from './routing.ts';
import { stress } from './stress.ts';
import type { NetTest } from './test.ts';
import { traceroute } from './traceroute.ts';

/** Every network test. Adding one adds its file, its records in results.ts, and one line here. */
export const tests = {
	ping,
	bandwidth,
	traceroute,
	routing,
	latency,
	connectivity,
	stress,
} satisfies { readonly [Name in TestName]: NetTest<Name> };
