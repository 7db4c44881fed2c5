import type { RuleEntry } from '../../domain/rule.ts';
import { checkRules } from './checks.ts';
import { consensusRules } from './consensus.ts';
import { fleetRules } from './fleet.ts';
import { networkRules } from './network.ts';
import { nodeRules } from './node.ts';
import { probeRules } from './probes.ts';
import { resourceRules } from './resources.ts';
import { storageRules } from './storage.ts';

/** The built-in rules by name. Adding one adds one entry to one of these files. */
export const builtInRules: Readonly<Record<string, RuleEntry>> = {
	...nodeRules,
	...fleetRules,
	...consensusRules,
	...networkRules,
	...probeRules,
	...resourceRules,
	...checkRules,
	...storageRules,
};
