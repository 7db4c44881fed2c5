import { expect, it } from 'vitest';
import { followProblems } from '../../source/commands/watch/follow-problems.ts';
import { createStore } from '../../source/domain/store.ts';
import type { AlertingStatus } from '../../source/sections/alerting/schema.ts';

it('says when a problem is over, and not that a removed channel is well', () => {
	const status = (problems: string[], channels: string[]): AlertingStatus => ({
		mode: 'own',
		silences: [],
		problems,
		channels,
	});
	const store = createStore(status([], ['ops', 'old']));
	const said: string[] = [];
	followProblems(store, (line) => said.push(line));
	store.update(() => status(['channel ops: HTTP 500', 'channel old: HTTP 403'], ['ops', 'old']));
	store.update(() => status(['channel ops: HTTP 502'], ['ops']));
	store.update(() => status([], ['ops']));
	expect(said).toEqual([
		'channel ops: HTTP 500',
		'channel old: HTTP 403',
		'channel ops: well again',
	]);
});
