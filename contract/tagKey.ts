/** The form in which tags are compared: what differs in case alone is one tag. */
export const tagKey = (name: string): string => name.toLowerCase().normalize('NFC');
