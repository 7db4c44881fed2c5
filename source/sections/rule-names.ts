/** The name of the rule that alerts on a finding: `peersNone` → `peers-none`. */
export function ruleNameOf(code: string): string {
	return code.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The finding of a built-in rule: `peers-none` → `peersNone`. */
export function codeOf(ruleName: string): string {
	return ruleName.replaceAll(/-([a-z])/g, (_all, letter: string) => letter.toUpperCase());
}
