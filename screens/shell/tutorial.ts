import type { Alert } from '../../source/domain/alert.ts';
import type { Group } from '../../source/sections/group/schema.ts';
import type { Moment } from '../../source/sections/moment.ts';
import type { ScreenName } from '../../source/keys/screen-names.ts';
import { verdictOf } from './verdict.ts';

/** What the demo's networks do when a step ends. */
export type TutorialDeed = 'partition' | 'heal';

export interface TutorialStep {
	/** What is said of the moment shown: a network may be in trouble before the tutorial breaks it. */
	readonly words: (moment: Moment) => { readonly title: string; readonly text: string };
	/** What has to be seen before the next step; nothing, where absent. */
	readonly waitsFor?: { readonly what: string; readonly isSeen: (moment: Moment) => boolean };
	/** What Enter does, besides going on. */
	readonly enter: {
		readonly text: string;
		readonly deed?: TutorialDeed;
		readonly screen?: ScreenName;
	};
}

/** From a partition to its alert, its cause and its recovery. */
export const tutorialSteps: readonly TutorialStep[] = [
	{
		words: (moment) => howAllIs(moment),
		enter: { text: 'cuts the DAG network in two', deed: 'partition', screen: 'overview' },
	},
	{
		words: () => ({
			title: 'A partition',
			text: 'dag-1 and dag-2 no longer hear the others. Every node still answers, and none of them can see alone what is wrong. nodetop compares them, and within some seconds the verdict line and Groups name it.',
		}),
		waitsFor: { what: 'the group of the DAG is partitioned', isSeen: (moment) => isCut(moment) },
		enter: { text: 'goes to the alerts', screen: 'alerts' },
	},
	{
		words: () => ({
			title: 'The alert',
			text: 'A rule must hold for some seconds before it fires: meanwhile its alert is pending. What fires first explains the others, so that one message is sent and not ten. The selected alert says what it means and what to do next.',
		}),
		waitsFor: { what: 'an alert about the network fires', isSeen: (moment) => isFiring(moment) },
		enter: { text: 'goes to the nodes side by side', screen: 'consensus' },
	},
	{
		words: () => ({
			title: 'The cause',
			text: 'Side by side, all four stand still: neither half alone has the votes to finalize anything. X explains a node, P pings it, and Tab on Network shows who hears whom. The path to each node is fine, so it is the links between them.',
		}),
		enter: { text: 'joins the two halves', deed: 'heal', screen: 'overview' },
	},
	{
		words: () => ({
			title: 'The recovery',
			text: 'The halves exchange what each of them missed, and agree again. The verdict line goes back to one green sentence. An alert that was sent is also resolved, so that nobody looks for a fault that is gone.',
		}),
		waitsFor: {
			what: 'it agrees, and its alert has ended',
			isSeen: (moment) => isWell(moment),
		},
		enter: { text: 'goes to the alerts that ended', screen: 'alerts' },
	},
	{
		words: () => ({
			title: 'What is left',
			text: 'Below Ended is how long it lasted, and the strip shows when. [ goes back in time to look at it again, L returns. For your own nodes: nodetop add NAME=URL, then nodetop watch sends alerts with no screen open.',
		}),
		enter: { text: 'ends the tutorial' },
	},
];

const whereToLook =
	'These are three small networks that really run on this machine. The line below the tabs says in one sentence how everything is; Nodes has the worst first; Groups says what the nodes of each network show together.';

function howAllIs(moment: Moment): ReturnType<TutorialStep['words']> {
	const parts = verdictOf(moment);
	const worst = parts.find(({ level }) => level === 'critical' || level === 'warning');
	if (worst) return { title: 'Not all is well', text: `${worst.text}. ${whereToLook}` };
	const isWell = parts.every(({ level }) => level === 'ok');
	return { title: isWell ? 'All is well' : 'The networks', text: whereToLook };
}

function dagGroup({ groups }: Moment): Group | undefined {
	return groups.find(({ nodes }) => nodes.some((name) => name.startsWith('dag-')));
}

function isCut(moment: Moment): boolean {
	const state = dagGroup(moment)?.state;
	return state !== undefined && state !== 'agreed' && state !== 'unknown';
}

function alertsOfGroup(moment: Moment): readonly Alert[] {
	const group = dagGroup(moment);
	return moment.alerts.filter(
		(alert) => alert.state === 'firing' && group !== undefined && alert.group === group.name,
	);
}

function isFiring(moment: Moment): boolean {
	return alertsOfGroup(moment).length > 0;
}

function isWell(moment: Moment): boolean {
	return dagGroup(moment)?.state === 'agreed' && !isFiring(moment);
}
