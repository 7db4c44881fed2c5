import type { AnyField } from './field.ts';
import { sectionEntries } from './registry.ts';

/** The fields that a node which gave them once gives always, with their labels. */
export const steadyFields: readonly { readonly path: string; readonly label: string }[] =
	sectionEntries.flatMap(([name, { fields }]) =>
		Object.entries<AnyField>(fields).flatMap(([path, { steady, label }]) =>
			steady === true ? [{ path: `${name}.${path}`, label }] : [],
		),
	);
