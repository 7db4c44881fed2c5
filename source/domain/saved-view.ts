import * as z from 'zod';

const most = 200;
const mostText = 2000;

/** How a screen was left: it comes back so. A part that a later version does not know is left out. */
export const savedViewSchema = z.object({
	screen: z.string().max(most).optional(),
	sort: z.object({ column: z.string().max(most), isDescending: z.boolean() }).optional(),
	filter: z.string().max(mostText).optional(),
	window: z.string().max(most).optional(),
	theme: z.string().max(most).optional(),
	/** What was chosen in the palette, the newest first. */
	recent: z.array(z.string().max(most)).max(50).optional(),
});

export type SavedView = z.infer<typeof savedViewSchema>;
