import { useEffect, useState } from 'react';

/** What came of a question: the answer to the one before is kept until the next is there. */
export interface Answered<Answer> {
	readonly answer: Answer | undefined;
	/** Why there is none. */
	readonly problem: string | undefined;
}

const nothing = { answer: undefined, problem: undefined };

/**
 * Asks when the question, plain data, is another one; an answer that comes late, to a question that is no longer
 * asked, is dropped. `ask` must be the same function from render to render.
 */
export function useAnswer<Question, Answer>(
	ask: (question: Question) => Promise<Answer>,
	question: Question,
): Answered<Answer> {
	const [answered, setAnswered] = useState<Answered<Answer>>(nothing);
	const text = JSON.stringify(question);
	useEffect(() => {
		let isOver = false;
		const waitForIt = async () => {
			try {
				const answer = await ask(JSON.parse(text) as Question); // What it was made from.
				if (!isOver) setAnswered({ answer, problem: undefined });
			} catch (error) {
				const problem = error instanceof Error ? error.message : String(error);
				if (!isOver) setAnswered({ answer: undefined, problem });
			}
		};
		void waitForIt();
		return () => {
			isOver = true;
		};
	}, [ask, text]);
	return answered;
}
