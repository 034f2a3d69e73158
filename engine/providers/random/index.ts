import type { ProviderFactory } from "../../provider.js";
import { LocalProvider } from "../shared/local-provider.js";
import {
  randomBytesResource,
  randomIdResource,
  randomIntegerResource,
  randomShuffleResource,
  randomUuid4Resource,
  randomUuid7Resource,
  randomUuidResource,
} from "./numbers.js";
import { randomPetResource } from "./pet.js";
import { randomPasswordResource, randomStringResource } from "./strings.js";

/**
 * Random values that are generated once and kept in the state: types, inputs, outputs and ids as `@pulumi/random` 4.21.
 * Every input replaces, so a changed keeper makes a new value.
 */
export const randomProvider: ProviderFactory = () =>
  new LocalProvider("random", {
    "random:index/randomBytes:RandomBytes": randomBytesResource,
    "random:index/randomId:RandomId": randomIdResource,
    "random:index/randomInteger:RandomInteger": randomIntegerResource,
    "random:index/randomPassword:RandomPassword": randomPasswordResource,
    "random:index/randomPet:RandomPet": randomPetResource,
    "random:index/randomShuffle:RandomShuffle": randomShuffleResource,
    "random:index/randomString:RandomString": randomStringResource,
    "random:index/randomUuid4:RandomUuid4": randomUuid4Resource,
    "random:index/randomUuid7:RandomUuid7": randomUuid7Resource,
    "random:index/randomUuid:RandomUuid": randomUuidResource,
  });
