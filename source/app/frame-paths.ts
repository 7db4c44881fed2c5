import { isNumberUnit } from '../domain/units.ts';
import type { AnyField } from '../sections/field.ts';
import { sectionEntries } from '../sections/registry.ts';

/** Fields whose numbers are recorded with each frame: those of which no samples are kept. */
export function framePaths(): string[] {
	return sectionEntries.flatMap(([section, { fields }]) =>
		Object.entries<AnyField>(fields).flatMap(([path, { unit, series }]) =>
			series === undefined && isNumberUnit(unit) ? [`${section}.${path}`] : [],
		),
	);
}
