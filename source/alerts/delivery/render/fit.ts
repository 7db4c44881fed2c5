/** Made at the first message: it loads several megabytes of tables. */
let segmenter: Intl.Segmenter | undefined;

type Escape = (text: string) => string;
const asItIs: Escape = (text) => text;

/**
 * Escapes text and cuts it to `maxUnits` UTF-16 code units, counted after escaping, so that no
 * receiver's way of counting finds it longer. Cuts between graphemes; `…` stands for the rest.
 */
export function fitText(text: string, maxUnits: number, escape: Escape = asItIs): string {
	const whole = escape(text);
	if (whole.length <= maxUnits) return whole;
	if (maxUnits < 1) return '';
	segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
	let kept = '';
	for (const { segment } of segmenter.segment(text)) {
		const escaped = escape(segment);
		if (kept.length + escaped.length > maxUnits - 1) break;
		kept += escaped;
	}
	return `${kept}…`;
}

/**
 * Joins as many whole blocks as fit, escaped, and says `+N more` for the rest. Only a first block that
 * is too long by itself is cut.
 */
export function fitBlocks(
	blocks: readonly string[],
	maxUnits: number,
	{
		escape = asItIs,
		separator = '\n\n',
	}: { readonly escape?: Escape; readonly separator?: string } = {},
): string {
	const whole = blocks.map((block) => escape(block)).join(separator);
	if (whole.length <= maxUnits) return whole;
	const restOf = (shown: number): string =>
		shown === blocks.length ? '' : `${separator}${escape(`+${blocks.length - shown} more`)}`;
	let kept = fitText(blocks[0] ?? '', maxUnits - restOf(1).length, escape);
	let shown = 1;
	for (const block of blocks.slice(1)) {
		const longer = `${kept}${separator}${escape(block)}`;
		if (longer.length + restOf(shown + 1).length > maxUnits) break;
		kept = longer;
		shown += 1;
	}
	return `${kept}${restOf(shown)}`;
}
