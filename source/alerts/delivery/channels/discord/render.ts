import { severityOf, statusOf } from '../../message.ts';
import type { Message } from '../../message.ts';
import { fitBlocks, fitText } from '../../render/fit.ts';
import { blocksOf, footerOf, titleOf, withoutMentions } from '../../render/plain.ts';

/** Discord answers 400 to anything longer (discord.com/developers, "Embed Limits"): 6000 in all. */
const maxTitleUnits = 256;
const maxDescriptionUnits = 4096;
const maxFooterUnits = 512;

const colors = { critical: 0xd1_34_38, warning: 0xe3_a0_08, info: 0x3b_82_f6 } as const;
const resolvedColor = 0x2f_9e_44;

/** The body for a Discord webhook: nobody is mentioned, no markup, no link. */
export function renderDiscord(message: Message): Record<string, unknown> {
	const isResolved = statusOf(message) === 'resolved';
	return {
		allowed_mentions: { parse: [] },
		embeds: [
			{
				title: fitText(titleOf(message), maxTitleUnits, escapeDiscord),
				description: fitBlocks(blocksOf(message), maxDescriptionUnits, { escape: escapeDiscord }),
				color: isResolved ? resolvedColor : colors[severityOf(message)],
				footer: { text: fitText(footerOf(message), maxFooterUnits) },
				timestamp: new Date(message.createdAtMs).toISOString(),
			},
		],
	};
}

/** A command in a line of its own stays as it is to be pasted: as code, which nothing in it can end. */
const commandLine = /^(show|replay): (.+)$/;

export function escapeDiscord(text: string): string {
	return text
		.split('\n')
		.map((line) => {
			const [, name, command] = commandLine.exec(line) ?? [];
			return command === undefined
				? escapeMarkup(line)
				: `${name}: \`${withoutMentions(command).replaceAll('`', "'")}\``;
		})
		.join('\n');
}

/** Discord turns every `scheme://` into a link, so it is written as `scheme[:]//`. */
function escapeMarkup(text: string): string {
	return withoutMentions(text)
		.replaceAll(/[\\*_~`|>[\]()#<]/g, String.raw`\$&`)
		.replaceAll(/^(\s*)(-|\d+\.)(?=\s)/gm, String.raw`$1\$2`)
		.replaceAll('://', '[:]//')
		.replaceAll('[:]//', String.raw`\[:\]//`);
}
