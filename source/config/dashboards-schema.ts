import * as z from 'zod';
import { fieldMetrics } from '../sections/field-metrics.ts';
import { didYouMean } from './nearest.ts';
import { withCheck } from './text-schemas.ts';

/** A section is shown with all its fields that have a metric. */
const shownNames: readonly string[] = [
	...new Set(fieldMetrics.map(({ section }) => section)),
	...fieldMetrics.map(({ section, path }) => `${section}.${path}`),
];

const shown = withCheck(z.string(), (text) => {
	if (shownNames.includes(text)) return undefined;
	const [suggestion = 'docs/fields.md lists the fields'] = didYouMean(text, shownNames);
	return `no section, and no field with a metric, is called "${text}": ${suggestion}`;
});

/** Dashboards of the user, by the name of their file. */
export const dashboardsSchema = z.record(
	z.string().regex(/^[a-z0-9][a-z0-9-]{0,30}$/, {
		error: 'must be 1 to 31 small letters, digits and "-"',
	}),
	z.strictObject({
		title: z.string().min(1).max(100).optional().describe('By default the name'),
		fields: z
			.array(shown)
			.min(1)
			.max(100)
			.describe('Sections such as network, and fields such as consensus.height, one chart each'),
	}),
);
export type OwnDashboards = Readonly<z.infer<typeof dashboardsSchema>>;
