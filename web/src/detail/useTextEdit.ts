import { useState } from 'react';
import { useBoardTools } from '../board/boardContext.js';
import type { Ticket } from '../sdk.js';

/**
 * Editing one text of a ticket in place. What counts is the ticket as it was when editing began: what others write meanwhile
 * makes a conflict, which keeps one's own words. Editing ends with that, or when it was saved.
 */
export function useTextEdit(ticket: Ticket, field: 'title' | 'description') {
  const { actions } = useBoardTools();
  const [base, setBase] = useState<Ticket | null>(null);
  const [text, setText] = useState('');
  const [problem, setProblem] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const isMissing = field === 'title' && text.trim() === '';

  const end = () => setBase(null);
  const start = () => {
    setText(ticket[field]);
    setProblem('');
    setBase(ticket);
  };
  const write = (next: string) => {
    setText(next);
    setProblem('');
  };
  const save = async () => {
    const value = field === 'title' ? text.trim() : text;
    if (!base || isBusy) return;
    if (isMissing) return setProblem('A ticket needs a title.');
    setIsBusy(true);
    const outcome = await actions.edit(base, { [field]: value });
    if (outcome !== 'refused') end();
    setIsBusy(false);
  };
  /** Whoever goes on with something else has the old text again where there must be one, and is told why. */
  const leave = () => {
    void save();
    if (isMissing) end();
  };
  const cancel = () => {
    setProblem('');
    end();
  };
  return { isEditing: base !== null, text, setText: write, problem, isBusy, start, save, leave, cancel };
}
