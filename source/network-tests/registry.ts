import { bandwidth } from './tests/bandwidth.ts';
import { connectivity } from './tests/connectivity.ts';
import { latency } from './tests/latency.ts';
import { ping } from './tests/ping.ts';
import type { TestName } from './results.ts';
import { routing } from './tests/routing.ts';
import { stress } from './tests/stress.ts';
import type { NetTest } from './test.ts';
import { traceroute } from './tests/traceroute.ts';

/** Every network test. A new one needs its file, its records in results.ts, and one line here. */
export const tests = {
	ping,
	bandwidth,
	traceroute,
	routing,
	latency,
	connectivity,
	stress,
} satisfies { readonly [Name in TestName]: NetTest<Name> };
