import type * as z from 'zod';
import type { DistributionUnit } from './distribution-fields.ts';
import type { AnyFields, JoinedLine } from './field.ts';

/** A part of the snapshot of a node: its shape, its fields as data, and how it is named. */
export interface Section {
	readonly schema: z.ZodType;
	readonly fields: AnyFields;
	/** Lines that stand for several fields at once. */
	readonly joined?: readonly JoinedLine<unknown>[];
	/** Percentiles that a metric mapping may fill from a histogram, with their unit. */
	readonly distributions?: Readonly<Record<string, DistributionUnit>>;
	/** Records of counts that a metric mapping may fill from the values of a label. */
	readonly splits?: readonly string[];
	/** In words, as a heading: `Consensus`. */
	readonly title: string;
	/** Heading in `status`; sections with one heading are one block there. */
	readonly statusTitle: string;
	/** What a node without it does not report: `its consensus`. */
	readonly subject: string;
	/** Place among the facts of a node on a screen, lowest first. */
	readonly rank: number;
	/** `node`: an adapter reads it at each poll. `nodetop`: it is known or measured beside the polls. */
	readonly filledBy: 'node' | 'nodetop';
	/** Whether every node has it. */
	readonly isRequired?: true;
	/** Fields that have a place of their own, such as the title, and are no lines of a list. */
	readonly shownElsewhere?: {
		readonly short?: readonly string[];
		readonly full?: readonly string[];
	};
	/** Stands behind the heading in `status`: `of the host`. */
	statusNote?(section: unknown): string | undefined;
}
