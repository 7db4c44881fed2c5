import type { GuideGroup } from '../../components/guide-lines.ts';
import type { Moment } from '../../source/sections/moment.ts';

/** How alerts are kept from being told: by keys, by commands, and for planned work by the configuration. */
export function silencesGuide(
	{ nodes }: Pick<Moment, 'nodes'>,
	canConfigure: boolean,
): GuideGroup[] {
	const watched = nodes.find(({ snapshot }) => snapshot.target.kind !== 'host');
	const name = watched?.snapshot.target.name ?? '';
	const node = /^[\w.-]{1,32}$/.test(name) ? name : 'validator';
	return [
		{
			title: 'On the Alerts screen',
			steps: [
				{ does: 'S', text: 'silence the rule, the node or the group of the selected alert' },
				{ does: 'z', text: 'snooze the selected alert alone', isDetail: true },
				{ does: 'a', text: 'acknowledge it: told again if it becomes worse', isDetail: true },
				{ does: 'u', text: 'this list; Enter ends the selected silence', isDetail: true },
			],
		},
		{
			title: 'In a terminal',
			steps: [
				{
					does: `nodetop alerts silence node=${node} --for 2h`,
					text: 'no messages about this node for two hours',
				},
				{
					does: 'nodetop alerts silence rule=disk-low --for 1d',
					text: 'nor about this rule for a day; at most 7 days',
					isDetail: true,
				},
				{ does: 'nodetop alerts unsilence ID', text: 'ends one', isDetail: true },
			],
		},
		{
			title: 'For planned work: silences and maintenance of the profile',
			steps: [
				{
					does: canConfigure ? 'E' : 'nodetop config path',
					text: canConfigure ? 'adds them, once or every week' : 'the file that holds them',
				},
			],
		},
	];
}
