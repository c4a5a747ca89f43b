import { josa } from 'es-hangul';

type Particle = Parameters<typeof josa>[1];

/**
 * A particle after a Hangul word that we wrote or that is a place of the register. Free text takes no particle
 * (the library makes "3를" and "Excel를"), and names always take 님, whose particles are constants.
 */
export function withJosa(word: string, particle: Particle): string {
  if (!/[가-힣]$/u.test(word)) throw new Error(`no particle follows "${word}"`);
  return josa(word, particle);
}
