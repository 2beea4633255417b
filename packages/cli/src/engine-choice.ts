export const engineChoices = ['auto', 'native', 'node'] as const;

export type EngineChoice = (typeof engineChoices)[number];
