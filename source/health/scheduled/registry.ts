import type { ComponentCheck } from './component-check.ts';
import { consensusComponent } from './consensus.ts';
import { dagComponent } from './dag.ts';
import { networkComponent } from './network.ts';
import { processComponent } from './process.ts';
import { resourcesComponent } from './resources.ts';
import { storageComponent } from './storage.ts';

/** Every check of the schedule. Adding one adds one entry to one of these files. */
export const componentChecks: readonly ComponentCheck[] = [
	...consensusComponent,
	...dagComponent,
	...networkComponent,
	...storageComponent,
	...resourcesComponent,
	...processComponent,
];
