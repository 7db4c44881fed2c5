import * as z from 'zod';
import { amount, integer, text } from '../../domain/scalars.ts';

export const storageSchema = z.strictObject({
	capacityBytes: integer.optional(),
	usedBytes: integer.optional(),
	trashBytes: integer.optional(),
	reclaimableBytes: integer.optional().describe('Part of what is used that may be deleted'),
	freeBytes: integer.optional(),
	overusedBytes: integer.optional(),
	growthBytesPerDay: z.number().optional(),
	daysUntilFull: z
		.strictObject({ expected: amount, low: amount.optional(), high: amount.optional() })
		.optional(),
	satellites: z
		.array(
			z.strictObject({
				satellite: text,
				usedBytes: integer.optional(),
				growthBytesPerDay: z.number().optional(),
			}),
		)
		.optional(),
});

export type Storage = z.infer<typeof storageSchema>;
