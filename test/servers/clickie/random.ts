export {
  createRandom,
  pickNumber,
  pickOne,
  pickSome,
  pickUuid,
  type Random,
  shuffle,
} from '../shared/random.ts';
