import { keymap, showKey } from '../source/keys/keymap.ts';
import { bindingGroups } from '../source/keys/binding.ts';
import type { Binding } from '../source/keys/binding.ts';

/** The readme's table of keys, as it follows from the key table. */
export function keysTable(): string {
	const bindings: readonly Binding[] = keymap;
	const rows = bindingGroups.flatMap((group) =>
		bindings
			.filter((binding) => binding.group === group)
			.map(
				({ keys, help }) => `| ${keys.map((key) => `\`${showKey(key)}\``).join(' ')} | ${help} |`,
			),
	);
	return ['| key | what it does |', '| --- | --- |', ...rows].join('\n');
}
