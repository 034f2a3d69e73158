/** The words that pet names are made of: short, plain, nothing that reads badly in a host name. */
const words = (text: string): readonly string[] => text.trim().split(/\s+/);

export const ADVERBS = words(`
  ably acutely amply aptly avidly boldly bravely briefly brightly briskly broadly calmly cheaply chiefly cleanly
  clearly closely coarsely coolly curtly daily dearly deeply deftly dimly directly duly eagerly early easily evenly
  exactly fairly finely firmly fondly formally frankly freely freshly fully gently gladly gravely greatly grimly
  happily hastily heartily highly hugely humbly ideally jointly justly keenly kindly largely lately lightly likely
  locally loosely loudly loyally mainly mildly mostly mutually namely nearly neatly newly nicely nimbly nobly
  notably oddly openly overly partly plainly promptly properly proudly purely quickly quietly rapidly rarely readily
  really richly rightly roughly safely sanely sharply shortly silently simply slightly slowly smoothly softly solely
  solidly soundly sparsely stably steadily strictly strongly subtly suitably surely sweetly swiftly tensely thinly
  tidily tightly timely totally truly typically uniquely urgently usefully usually vaguely vastly vividly warmly
  weekly wholly widely wildly willingly wisely yearly`);

export const ADJECTIVES = words(`
  able active adapted agile alert alive amber ample amused ancient ardent artful awake aware azure balanced blazing
  bold bouncy brave breezy brief bright brisk calm candid capable careful casual central charmed cheerful chestnut
  chief civil classic clean clear clever close cool copper coral correct cosmic crimson curious current cute dapper
  daring dear decent deep definite devoted direct discreet divine driven dusky dynamic eager early earnest easy
  elegant emerald eminent endless engaged epic equal eternal ethical evident evolving exact excited exotic expert
  fair faithful famous fancy fast fearless fine finer firm fit fleet flowing fluent foggy fond formal frank free
  fresh friendly frosty full game gentle genuine giant giving glad glowing golden good graceful grand grateful great
  growing guided handy happy hardy harmless healthy helpful heroic hidden honest hopeful huge humane humble humorous
  ideal immense immortal indigo innocent inspired intent ivory jade jolly joyful keen key kind large lasting legal
  liberal lilac literate live lively logical loved loving loyal lucid lucky magical meet mellow merry mighty mint
  misty modern modest moral mossy musical mutual native natural neat new nice nimble noble normal noted novel oaken
  oceanic olive open optimal organic outgoing patient peaceful pearly perfect pleasant pleased plum poetic polished
  polite popular positive powerful precious precise premium present pretty prime pro proper proud proven pure
  quality quick quiet rapid rare rational ready real refined relaxed relevant resolved rested rich right robust
  romantic rooted rosy ruby rugged rustic safe sandy saved scarlet secure select sensible serene settled sharp
  shining silky silver simple sincere singular skilled sleek smart smiling smooth snowy social solid sound special
  splendid square stable star starry steady sterling still stirring stormy strong stunning subtle sunny super superb
  supreme sweet swift talented teal tender thankful thorough tidy topaz tough tranquil true trusted trusty unified
  unique upbeat upright upward usable useful valid valued vast velvet verdant verified violet vital vocal warm
  wealthy welcome well windy wired wise witty wondrous worthy young`);

export const ANIMALS = words(`
  aardvark albacore alpaca anchovy anemone ant anteater antelope ape armadillo auk axolotl badger barnacle barracuda
  bass bat beagle bear beaver bee beetle bison boar bobcat bonefish buffalo bulldog bumblebee bunny burro buzzard
  caiman calf camel capybara cardinal caribou cat catfish chamois cheetah chicken chimp chinchilla chipmunk cicada
  civet clam cobra cockatoo cod collie condor coral corgi cougar coyote crane crawfish crayfish cricket crow cub
  cuttlefish damselfly deer dingo doberman dodo dog dogfish dolphin donkey dormouse dory dove drake duck duckling
  eagle earwig eel egret eider elephant elf elk emu ermine escargot falcon fawn fennec ferret finch firefly flamingo
  flounder fly fowl fox foxhound frog gannet gar garfish gator gazelle gecko gerbil gibbon giraffe glider gnat gnu
  goat goldfish goose gopher gorilla goshawk grackle grizzly grouper grouse guanaco guinea gull guppy haddock
  hagfish halibut hamster hare harrier hawk hedgehog hen hermit heron herring hippo honeybee hornet horse hound
  hyena ibex ibis iguana impala isopod jackal jaguar jay jaybird jennet jerboa joey kangaroo katydid kestrel kid
  killdeer kingfish kit kite kitten kiwi koala kodiak koi krill kudu lacewing ladybird ladybug lamb lamprey lark
  lemming lemur leopard lion lioness lionfish lizard llama lobster locust longhorn loon lorikeet lynx lyrebird
  macaque macaw mackerel magpie mako malamute mallard manatee mantis margay marlin marmoset marmot marten mastiff
  mayfly meerkat midge minnow moccasin mole molly monarch mongoose monkey monkfish moose moray mosquito moth mouse
  mule mullet muskox muskrat narwhal nautilus newt nightjar nuthatch ocelot octopus okapi opossum oriole oryx osprey
  ostrich otter owl ox oyster panda pangolin panther parakeet parrot peacock pelican penguin perch pheasant pigeon
  piglet pika pipefish piranha platypus plover polecat pony poodle porpoise prawn puffin pug puma pup python quagga
  quail quetzal quokka quoll rabbit raccoon ram raptor rattler raven ray redbird redfish redstart reindeer rhino
  ringtail robin rooster roughy sailfish salmon sandpiper sawfish sawfly scorpion sculpin seagull seahorse seal
  seasnail serval shad shark sheep shepherd shiner shrew shrimp silkworm siskin skink skylark sloth slug snail snake
  snapper snipe spaniel sparrow spider springbok squid squirrel stag starfish starling stingray stoat stork sturgeon
  sunbird sunfish swan swift tadpole tahr tamarin tanager tapir tarpon tarsier teal terrapin terrier thrush tiger
  titmouse toad tomcat tortoise toucan toucanet treefrog trout tuna turkey turnstone turtle urchin vervet vicuna
  vole vulture wagtail wahoo wallaby walleye walrus warthog waxwing weasel weevil whale wheatear whippet wildcat
  wolf wolverine wombat woodcock worm wren yak zebra`);
