import { InvalidArgumentError } from 'commander';

/** Reads an argument that is a whole number. */
export const wholeNumber =
  (max: number, min = 0) =>
  (text: string): number => {
    if (!/^\d{1,10}$/.test(text) || Number(text) > max || Number(text) < min)
      throw new InvalidArgumentError(`It is a whole number ${min > 0 ? `from ${min} ` : ''}up to ${max}.`);
    return Number(text);
  };
