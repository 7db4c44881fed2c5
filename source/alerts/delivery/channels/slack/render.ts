import type { Message } from '../../message.ts';
import { severityOf, statusOf } from '../../message.ts';
import { fitBlocks, fitText } from '../../render/fit.ts';
import { blocksOf, footerOf, titleOf, withoutMentions } from '../../render/plain.ts';

/** Slack truncates longer titles; the rest are bounds that it shows without folding. */
const maxTitleUnits = 1024;
const maxTextUnits = 3000;

const colors = { critical: '#d13438', warning: '#e3a008', info: '#3b82f6' } as const;
const resolvedColor = '#2f9e44';

/**
 * The body for an incoming webhook of Slack, or of a service that takes the same messages. Markup is switched off
 * (`mrkdwn`, an empty `mrkdwn_in`), links and names are not detected (`parse`, `link_names`), and the
 * three characters that could start a mention are escaped (docs.slack.dev, "Formatting message text").
 */
export function renderSlack(message: Message): Record<string, unknown> {
	const title = fitText(titleOf(message), maxTitleUnits, escapeSlack);
	const isResolved = statusOf(message) === 'resolved';
	return {
		text: title,
		mrkdwn: false,
		parse: 'none',
		link_names: false,
		unfurl_links: false,
		unfurl_media: false,
		attachments: [
			{
				color: isResolved ? resolvedColor : colors[severityOf(message)],
				fallback: title,
				text: fitBlocks(blocksOf(message), maxTextUnits, { escape: escapeSlack }),
				footer: fitText(footerOf(message), 300, escapeSlack),
				mrkdwn_in: [],
			},
		],
	};
}

export function escapeSlack(text: string): string {
	return withoutMentions(text)
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;');
}
