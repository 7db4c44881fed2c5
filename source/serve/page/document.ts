import { schemaId } from '../../sections/schema-id.ts';
import type { SnapshotDocument } from '../../sections/snapshot.ts';

/**
 * Whether the stream gave a document as this page reads it: the server may be another version by now. It
 * looks at what the page is built on; the whole schema would be several times the page.
 */
export function isSnapshot(value: unknown): value is SnapshotDocument {
	if (!isRecord(value) || value['schema'] !== schemaId) return false;
	const { takenAt, summary, nodes, groups, alerts } = value;
	return (
		typeof takenAt === 'string' &&
		isRecord(summary) &&
		isListOf(nodes, isNode) &&
		isListOf(groups, isRecord) &&
		isListOf(alerts, isAlert)
	);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOf(value: unknown, isOne: (each: unknown) => boolean): boolean {
	return Array.isArray(value) && value.every((each) => isOne(each));
}

function isNode(value: unknown): boolean {
	if (!isRecord(value)) return false;
	const { target, health, poll } = value;
	return (
		isRecord(target) &&
		typeof target['name'] === 'string' &&
		typeof target['kind'] === 'string' &&
		isRecord(health) &&
		typeof health['status'] === 'string' &&
		isRecord(poll)
	);
}

function isAlert(value: unknown): boolean {
	if (!isRecord(value)) return false;
	const texts = ['rule', 'severity', 'state', 'message', 'since'];
	return texts.every((name) => typeof value[name] === 'string');
}
