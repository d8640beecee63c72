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
  const [isBusy, setIsBusy] = useState(false);

  const start = () => {
    setText(ticket[field]);
    setBase(ticket);
  };
  const save = async () => {
    const value = field === 'title' ? text.trim() : text;
    if (!base || isBusy || (field === 'title' && value === '')) return;
    setIsBusy(true);
    const outcome = await actions.edit(base, { [field]: value });
    if (outcome !== 'refused') setBase(null);
    setIsBusy(false);
  };
  return { isEditing: base !== null, text, setText, isBusy, start, save, cancel: () => setBase(null) };
}
