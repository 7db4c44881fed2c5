import { describe, expect, it } from 'vitest';
import type { Unusual } from '../../source/sections/outlook/schema.ts';
import type { TransferSection } from '../../source/sections/transfers/schema.ts';
import { findings as outlook } from '../../source/sections/outlook/findings.ts';
import { findings as processes } from '../../source/sections/process/findings.ts';
import { findings as resources } from '../../source/sections/resources/findings.ts';
import { findings as transfers } from '../../source/sections/transfers/findings.ts';
import { ago, look } from './sightings.ts';

describe('its process', () => {
	const process = { state: 'running' as const, supervisor: 'nodetop' as const };

	it('is seen here while nodetop supervises it, though polls fail', () => {
		for (const { isSeenHere } of [processes.processCrashed, processes.supervisorTroubled]) {
			expect(isSeenHere(look({ process }).node)).toBe(true);
			expect(isSeenHere(look({ process: { state: 'running' } }).node)).toBe(false);
			expect(isSeenHere(look({}).node)).toBe(false);
		}
	});

	it('says why it ended', () => {
		const { detail } = processes.processCrashed;
		expect(detail(look({ process: { state: 'crashed', exitReason: 'signal 9' } }))).toBe(
			': signal 9',
		);
		expect(detail(look({ process }))).toBeUndefined();
	});

	it('has a supervisor that may have a problem', () => {
		const { when } = processes.supervisorTroubled;
		expect(when(look({ process: { ...process, problem: 'disk full' } }))).toEqual({
			severity: 'warning',
			health: 'degraded',
			message: 'its supervisor has a problem: disk full',
		});
		expect(when(look({ process }))).toBeUndefined();
		expect(when(look({}))).toBeUndefined();
	});

	it('runs again, or has answered: what the check saw is over', () => {
		const { contradictedBy } = processes.processTroubled;
		expect(contradictedBy(look({ process }))).toBe(true);
		expect(contradictedBy(look({}))).toBe(true);
		expect(contradictedBy(look({ process: { state: 'crashed' } }))).toBe(false);
		expect(processes.notListening.contradictedBy()).toBe(true);
	});
});

describe('its disk', () => {
	const seen = (diskAvailableBytes: number | undefined, diskTotalBytes?: number) =>
		resources.diskLow.when(
			look({
				resources: {
					source: 'host',
					...(diskAvailableBytes !== undefined && { diskAvailableBytes }),
					...(diskTotalBytes !== undefined && { diskTotalBytes }),
				},
			}),
		);

	it('is low by its free share, or by free bytes where its size is not known', () => {
		expect(seen(10, 100)).toBeUndefined();
		expect(seen(9.9, 100)).toEqual({
			severity: 'warning',
			message: 'disk is nearly full',
			evidence: '9.9 % free',
			value: 0.099,
			threshold: 0.1,
		});
		expect(seen(5, 100)).toMatchObject({ severity: 'warning', threshold: 0.1 });
		expect(seen(4, 100)).toMatchObject({ severity: 'critical', threshold: 0.05 });
		expect(seen(5 * 2 ** 30)).toBeUndefined();
		expect(seen(2 ** 30)).toEqual({
			severity: 'warning',
			message: 'disk is nearly full',
			evidence: '1.07 GB free',
		});
		expect(seen(2 ** 30 - 1)?.severity).toBe('critical');
	});

	it('is not judged without a figure, or of size 0', () => {
		expect(seen(undefined, 100)).toBeUndefined();
		expect(seen(0, 0)).toBeUndefined();
		expect(resources.diskLow.when(look({}))).toBeUndefined();
	});
});

describe('what its log tells', () => {
	const telling = (told: Partial<TransferSection>, more: object = {}) =>
		look({ transfers: { succeeded: 0, canceled: 0, failed: 0, ...told }, ...more });

	it('a piece that was lost within a day, and which', () => {
		const { when } = transfers.pieceLost;
		const lost = [
			{ piece: 'AAAAAAAAAAAA', satellite: 'us1', at: ago(9) },
			{ piece: 'BBBBBBBBBBBB', satellite: 'eu1', at: ago(5) },
		];
		const message = 'a satellite audited a piece that the node no longer has';
		expect(when(telling({ lostPieceAt: ago(86_400), lostPieces: 2, lost }))).toEqual({
			message: `${message}: BBBBBBBB… of eu1`,
			evidence: '2 lost pieces in the log',
			value: 2,
		});
		expect(when(telling({ lostPieceAt: ago(9) }))).toEqual({
			message,
			evidence: '0 lost pieces in the log',
			value: 0,
		});
		expect(when(telling({ lostPieceAt: ago(86_401), lost }))).toBeUndefined();
		expect(when(telling({}))).toBeUndefined();
		expect(when(look({}))).toBeUndefined();
	});

	it('an end with an error within the hour', () => {
		const { when } = transfers.nodeFatal;
		expect(when(telling({ fatalAt: ago(3600), fatal: 'disk i/o' }))).toEqual({
			message: 'it ended with an error: disk i/o',
		});
		expect(when(telling({ fatalAt: ago(1) }))?.message).toBe('it ended with an error: FATAL');
		expect(when(telling({ fatalAt: ago(3601) }))).toBeUndefined();
		expect(when(look({}))).toBeUndefined();
	});

	it('why it is not read', () => {
		const { detail } = transfers.logUnread;
		const log = { place: '/log', status: 'failed' as const, lines: 0, unreadLines: 0, bytes: 0 };
		expect(detail(telling({ log: { ...log, problem: 'denied' } }))).toBe(', denied');
		expect(detail(telling({ log }))).toBeUndefined();
		expect(detail(look({}))).toBeUndefined();
	});

	it('that it is silent, and whether the node answers otherwise', () => {
		const log = { place: '/log', status: 'following' as const, lines: 9, unreadLines: 0, bytes: 9 };
		const silent = (seconds: number | undefined, more: object = {}, ofLog: object = {}) =>
			transfers.logSilent.when(
				telling(
					{
						log: { ...log, ...(seconds !== undefined && { lastLineAt: ago(seconds) }), ...ofLog },
					},
					more,
				),
			);
		expect(silent(960)).toEqual({
			severity: 'critical',
			health: 'down',
			message: 'neither its log nor its API shows that it runs, for 16 min',
			value: 960,
			nextStep: 'check whether the node runs: docker ps, systemctl status storagenode',
		});
		for (const section of [{ storage: {} }, { reputation: { satellites: [] } }]) {
			expect(silent(960, section)).toEqual({
				severity: 'warning',
				message: 'its log is silent for 16 min, its API answers',
				value: 960,
				nextStep:
					'see where it logs to now: log.output, log.level, a rotation without copytruncate, or OpenTelemetry',
			});
		}
		const endpoints = [{ name: 'x', status: 'unmeasured' as const }];
		expect(silent(960, { poll: { endpoints } })).toBe('unknown');
		expect(silent(900)).toBeUndefined();
		expect(silent(undefined)).toBeUndefined();
		expect(silent(960, {}, { progressRatio: 0.5 })).toBeUndefined();
		expect(transfers.logSilent.when(look({}))).toBeUndefined();
	});
});

describe('what is unusual', () => {
	it('is told with its most certain reason, and how many more there are', () => {
		const reason = (confidence: Unusual['confidence'], text: string): Unusual => ({
			class: 'traffic',
			metric: 'network.bytesIn',
			shape: 'spike',
			since: ago(600),
			value: 5,
			usual: 1,
			confidence,
			reason: text,
		});
		const of = (...unusual: Unusual[]) =>
			outlook.unusualTraffic.detail?.(
				look({
					outlook: {
						at: ago(0),
						unusual,
						unusualTraffic: 1,
						unusualLatency: 0,
						unusualPeers: 0,
						unusualOther: 0,
					},
				}),
			);
		expect(of(reason('likely', 'five times as much'))).toBe(': five times as much (likely)');
		expect(of(reason('possible', 'p'), reason('certain', 'c'), reason('likely', 'l'))).toBe(
			': c (certain); and 2 more',
		);
		expect(of({ ...reason('certain', 'c'), class: 'peers' })).toBeUndefined();
		expect(outlook.unusualTraffic.detail?.(look({}))).toBeUndefined();
	});
});
