import { phone } from '../support/FakePhone';

export const getLocales = () => [{ languageTag: phone().language }];
export const useLocales = getLocales;
