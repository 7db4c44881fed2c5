import { severityOf, sortEntries, statusOf } from '../message.ts';
import type { Message } from '../message.ts';
import { fitBlocks } from './fit.ts';
import { blocksOf, titleOf } from './plain.ts';

const maxIncidents = 1000;
const maxTextUnits = 4000;

/** The JSON for webhooks and commands, as described in docs/channels.md. */
export function renderPayload(message: Message): Record<string, unknown> {
	const entries = sortEntries(message.entries);
	const shown = entries.slice(0, maxIncidents);
	return {
		schema: 'nodetop.alert/1',
		id: message.id,
		test: message.isTest,
		status: statusOf(message),
		severity: severityOf(message),
		channel: message.channel,
		group: message.groupLabels,
		createdAt: new Date(message.createdAtMs).toISOString(),
		title: titleOf(message),
		text: fitBlocks(blocksOf(message), maxTextUnits),
		incidents: shown.map(({ incident, event, previousSeverity }) => ({
			event,
			...(previousSeverity !== undefined && { previousSeverity }),
			...incident,
		})),
		more: entries.length - shown.length,
		stillFiring: message.stillFiring,
	};
}
