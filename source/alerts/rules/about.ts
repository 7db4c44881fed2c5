import type { Component } from '../../domain/words.ts';
import { meanings } from './meanings.ts';
import { builtInRules } from './registry.ts';

/** What is known of an alert from its rule alone. */
export interface RuleFacts {
	/** What it means to the one who runs the node; absent for a rule of the user's own. */
	readonly meaning?: string | undefined;
	readonly component?: Component | undefined;
}

/** What several rules ask for in their own ways, so that no single meaning fits. */
const broader: Readonly<Record<string, RuleFacts>> = {
	consensusTroubled: { component: 'consensus' },
};

/**
 * What a built-in rule is about. A finding of the built-in checks, which has a code (`noPeers`), is
 * looked up by the rule that asks for it.
 */
export function aboutRule(name: string): RuleFacts {
	const known = nameOf(name);
	return known === undefined
		? (broader[name] ?? {})
		: { meaning: meanings[known], component: builtInRules[known]?.component };
}

function nameOf(name: string): string | undefined {
	const kebab = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
	if (Object.hasOwn(builtInRules, kebab)) return kebab;
	return Object.entries(builtInRules).find(([, { condition }]) => condition?.issue === name)?.[0];
}
