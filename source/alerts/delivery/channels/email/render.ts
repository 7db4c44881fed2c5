import { createHash } from 'node:crypto';
import { severityOf, sortEntries, statusOf } from '../../message.ts';
import type { Entry, Message } from '../../message.ts';
import { fitBlocks, fitText } from '../../render/fit.ts';
import { blocksOf, factsOf, footerOf, headlineOf, titleOf } from '../../render/plain.ts';

/** RFC 5322 section 2.1.1 wants lines under 998; a subject past this is unreadable anyway. */
const maxSubjectUnits = 200;
const maxTextUnits = 100_000;
const maxHtmlEntries = 100;

const colors = { critical: '#b42318', warning: '#8a5a00', info: '#1d4ed8' } as const;
const resolvedColor = '#1b7f3b';

export interface RenderedEmail {
	readonly subject: string;
	readonly text: string;
	readonly html: string;
	readonly messageId: string;
	readonly headers: Readonly<Record<string, string>>;
}

/** A mail with the same content as text and as HTML. Mails of one group form one thread. */
export function renderEmail(message: Message): RenderedEmail {
	const thread = createHash('sha256')
		.update(`${message.channel}\n${message.groupKey}`)
		.digest('hex')
		.slice(0, 32);
	return {
		subject: fitText(titleOf(message).replaceAll(/[\r\n]+/g, ' '), maxSubjectUnits),
		text: `${fitBlocks(blocksOf(message), maxTextUnits)}\n\n-- \n${footerOf(message)}\n`,
		html: renderHtml(message),
		messageId: `<${message.id}@nodetop.invalid>`,
		headers: {
			'X-Nodetop-Message': message.id,
			// RFC 3834: no vacation answers to a machine.
			'Auto-Submitted': 'auto-generated',
			References: `<${thread}@nodetop.invalid>`,
		},
	};
}

function renderHtml(message: Message): string {
	const entries = sortEntries(message.entries);
	const shown = entries.slice(0, maxHtmlEntries);
	const rest = entries.length - shown.length;
	const color = statusOf(message) === 'resolved' ? resolvedColor : colors[severityOf(message)];
	return [
		'<!doctype html><html><head><meta charset="utf-8"></head><body style="font-family:sans-serif">',
		`<h2 style="color:${color}">${escapeHtml(titleOf(message))}</h2>`,
		...shown.map((entry) => entryHtml(entry)),
		rest > 0 ? `<p>+${rest} more</p>` : '',
		`<p style="color:#666">${escapeHtml(footerOf(message))}</p></body></html>`,
	].join('\n');
}

function entryHtml(entry: Entry): string {
	const rows = factsOf(entry).map(
		({ name, text }) =>
			`<tr><td style="color:#666;padding-right:1em">${escapeHtml(name)}</td><td>${escapeHtml(text)}</td></tr>`,
	);
	return `<h3>${escapeHtml(headlineOf(entry))}</h3>\n<table>${rows.join('')}</table>`;
}

const entities: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};

function escapeHtml(text: string): string {
	return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}
