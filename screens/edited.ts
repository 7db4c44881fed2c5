import type { Edit } from '../hooks/use-commands.ts';

/** A line of the configuration can be long. */
const longestText = 2000;

/** A line after an edit; `undefined` when the edit ends it. */
export function edited(text: string, edit: Edit): string | undefined {
	switch (edit.type) {
		case 'insert':
			return (text + edit.text).slice(0, longestText);
		case 'erase':
			return [...text].slice(0, -1).join('');
		case 'eraseAll':
			return '';
		case 'step':
			return text;
		case 'accept':
		case 'cancel':
			return undefined;
	}
}
