import { describe, expect, it } from 'vitest';
import { createFleet } from '../../source/fleet/fleet.ts';
import { createJudge } from '../../source/health/judge.ts';
import type {
	CheckResult,
	ComponentHealth,
} from '../../source/sections/health/component-health.ts';
import type { Reading } from '../../source/sections/snapshot.ts';
import { targetFor } from '../helpers/targets.ts';

const startMs = Date.parse('2026-01-01T00:00:00Z');
const target = targetFor('http://127.0.0.1:1', { kind: 'evm' });
const probes = { at: '2026-01-01T00:00:00.000Z', address: '127.0.0.1:1', sent: 1, connectMs: 2 };
const check: CheckResult = {
	name: 'writeLatency',
	status: 'degraded',
	severity: 'warning',
	message: 'the disk is slow',
	issue: 'writesSlow',
	values: [],
	lastCheckAt: '2026-01-01T00:00:00.000Z',
	durationMs: 1,
};

function watched() {
	const fleet = createFleet(createJudge());
	fleet.add(target);
	const read = (reading: Reading, atMs = startMs) => {
		fleet.apply({ target, atMs, missedSlots: 0, outcome: { status: 'read', reading } });
	};
	return { fleet, read, snapshot: () => fleet.node('n1')?.snapshot };
}

describe('what is measured beside the polls', () => {
	it('is in the snapshot at once, without a notice, and survives the polls', () => {
		const { fleet, read, snapshot } = watched();
		read({});
		let heard = 0;
		fleet.subscribe(() => {
			heard++;
		});
		fleet.attach('n1', { probes }, startMs);
		expect([snapshot()?.probes, heard]).toEqual([probes, 0]);
		read({ latencyMs: 3 }, startMs + 1000);
		expect(snapshot()).toMatchObject({ probes, poll: { latencyMs: 3 } });
	});

	it('judges the node again with the results of its checks', () => {
		const { fleet, read, snapshot } = watched();
		read({});
		const components: ComponentHealth[] = [
			{ component: 'storage', status: 'degraded', checks: [check] },
		];
		fleet.attach('n1', { components }, startMs);
		expect(snapshot()?.health).toMatchObject({
			status: 'degraded',
			issues: [{ code: 'writesSlow' }],
		});
		read({}, startMs + 1000);
		expect(snapshot()?.health.status).toBe('degraded');
		fleet.attach('n1', { components: [] }, startMs + 2000);
		expect(snapshot()?.health).toMatchObject({ status: 'up', issues: [] });
	});

	it('puts the supervised process in the place of what the node reports of itself', () => {
		const { fleet, read, snapshot } = watched();
		read({ process: { state: 'running' } });
		fleet.attach('n1', { process: { state: 'crashed' } }, startMs);
		read({ process: { state: 'running' } }, startMs + 1000);
		expect(snapshot()?.process?.state).toBe('crashed');
	});

	it('is dropped for a node that is not watched', () => {
		const { fleet } = watched();
		fleet.attach('other', { probes }, startMs);
		expect(fleet.getSnapshot().nodes).toHaveLength(1);
	});
});
