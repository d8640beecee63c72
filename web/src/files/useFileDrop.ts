import { useState, type ClipboardEvent, type DragEvent } from 'react';
import { pastedName } from './fileText.js';
import type { Uploads } from './uploads.js';

const hasFiles = ({ dataTransfer }: DragEvent) => dataTransfer.types.includes('Files');

/** For an element that takes files which are dropped on it, or pasted while the focus is within. */
export function useFileDrop(uploads: Uploads) {
  const [isOver, setIsOver] = useState(false);
  return {
    'data-dropping': isOver || undefined,
    onDragOver: (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setIsOver(true);
    },
    onDragLeave: (event: DragEvent<HTMLElement>) => {
      if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setIsOver(false);
    },
    onDrop: (event: DragEvent) => {
      setIsOver(false);
      if (!hasFiles(event)) return;
      event.preventDefault();
      uploads.add([...event.dataTransfer.files].map((file) => ({ file, name: file.name })));
    },
    onPaste: (event: ClipboardEvent) => {
      const files = [...event.clipboardData.files];
      // Text that was copied with its picture is meant as text.
      if (files.length === 0 || event.clipboardData.types.includes('text/plain')) return;
      event.preventDefault();
      uploads.add(files.map((file) => ({ file, name: pastedName(file, new Date()) })));
    },
  };
}
