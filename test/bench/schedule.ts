/** Runs whole rounds of measurements until there are enough, or until another could not end in time. */
export async function inRounds(
  { rounds, endsAt, say }: { rounds: number; endsAt: number; say: (text: string) => void },
  round: (number: number) => Promise<void>,
): Promise<void> {
  for (let number = 1; number <= rounds; number++) {
    const started = Date.now();
    await round(number);
    const took = Date.now() - started;
    if (number < rounds && Date.now() + took > endsAt) {
      say(`stopped after ${number} of ${rounds} rounds: the time was up`);
      return;
    }
  }
}
