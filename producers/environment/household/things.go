package household

import "strings"

// trait is a set of what can be done with a kind of thing.
type trait uint8

const (
	washable trait = 1 << iota
	heatable
	coolable
	sliceable
	sharp
	interesting // worth a look under a lamp
)

// thingKind is a kind of portable thing.
type thingKind struct {
	name   string
	traits trait
	rooms  string // the types of room where it is found
	fits   string // the classes of furniture where it may be put
}

// foundIn says whether rooms of the type have such things.
func (k thingKind) foundIn(roomType string) bool { return hasWord(k.rooms, roomType) }

// fitsIn says whether the thing may be put in or on furniture of the class.
func (k thingKind) fitsIn(class string) bool { return hasWord(k.fits, class) }

func hasWord(words, word string) bool {
	for w := range strings.FieldsSeq(words) {
		if w == word {
			return true
		}
	}
	return false
}

// Where things of a sort may be put.
const (
	forCrockery   = "counter table shelf cupboard rack sink microwave fridge desk sideboard nightstand"
	forCutlery    = "counter table drawer sink rack"
	forCookware   = "counter table stove cupboard sink fridge rack"
	forFood       = "counter table fridge microwave bin pantry sink shelf"
	forStaples    = "counter table shelf cupboard drawer pantry"
	forPaper      = "desk shelf bookcase bed nightstand sofa armchair table drawer sideboard windowsill bin"
	forSmall      = "desk drawer nightstand shelf table sideboard safe sofa armchair windowsill mantelpiece cabinet"
	forSoft       = "bed sofa armchair wardrobe chest basket"
	forClothes    = "bed wardrobe drawer chest hamper basket washer dryer ironingboard tub counter"
	forToiletries = "sink shelf cupboard bathtub counter stool drawer bin tub rack"
	forDecor      = "shelf sideboard mantelpiece windowsill table nightstand bookcase desk cabinet stool chest"
)

// thingKinds lists the kinds of portable things.
func thingKinds() []thingKind {
	const (
		crockery = washable | heatable | coolable
		cookware = washable | coolable
		produce  = washable | heatable | coolable | sliceable
	)
	return []thingKind{
		{"mug", crockery | interesting, "kitchen lounge office", forCrockery},
		{"cup", crockery, "kitchen bathroom", forCrockery},
		{"plate", crockery, "kitchen lounge", forCrockery},
		{"bowl", crockery | interesting, "kitchen lounge", forCrockery},
		{"jug", cookware, "kitchen", forCrockery},

		{"fork", washable, "kitchen", forCutlery},
		{"spoon", washable, "kitchen", forCutlery},
		{"cleaver", washable | sharp, "kitchen", forCutlery},
		{"ladle", washable, "kitchen", forCutlery},
		{"whisk", washable, "kitchen", forCutlery},

		{"pan", cookware, "kitchen", forCookware},
		{"pot", cookware, "kitchen", forCookware},
		{"kettle", cookware, "kitchen", forCookware},

		{"apple", produce, "kitchen", forFood},
		{"tomato", produce, "kitchen", forFood},
		{"potato", produce, "kitchen", forFood},
		{"carrot", produce, "kitchen", forFood},
		{"lemon", washable | coolable | sliceable, "kitchen", forFood},
		{"cucumber", washable | coolable | sliceable, "kitchen", forFood},
		{"egg", heatable | coolable, "kitchen", forFood},
		{"baguette", heatable | coolable | sliceable, "kitchen", forFood},
		{"cheese", coolable | sliceable, "kitchen", forFood},
		{"sausage", heatable | coolable | sliceable, "kitchen", forFood},

		{"saltshaker", 0, "kitchen", forStaples},
		{"peppermill", 0, "kitchen", forStaples},
		{"jar", washable | coolable, "kitchen", forStaples},
		{"bottle", washable | coolable, "kitchen", forStaples + " bin"},
		{"napkin", 0, "kitchen", forStaples},

		{"book", interesting, "bedroom lounge office", forPaper},
		{"magazine", interesting, "bedroom lounge office", forPaper},
		{"newspaper", interesting, "lounge office", forPaper},
		{"notebook", interesting, "bedroom office", forPaper},
		{"envelope", interesting, "office lounge", forPaper},
		{"folder", interesting, "office", forPaper + " cabinet"},

		{"keyring", interesting, "bedroom lounge office", forSmall},
		{"phone", interesting, "bedroom lounge office", forSmall},
		{"wallet", interesting, "bedroom lounge", forSmall},
		{"watch", interesting, "bedroom lounge", forSmall},
		{"camera", interesting, "bedroom lounge office", forSmall},
		{"remote", interesting, "lounge bedroom", forSmall},
		{"pen", interesting, "bedroom office", forSmall},
		{"pencil", interesting, "bedroom office", forSmall},
		{"stapler", interesting, "office", forSmall},
		{"calculator", interesting, "office", forSmall},
		{"ruler", interesting, "office", forSmall},
		{"laptop", interesting, "bedroom lounge office", "desk bed sofa table armchair sideboard nightstand"},

		{"pillow", 0, "bedroom lounge", forSoft},
		{"cushion", 0, "lounge bedroom", forSoft},
		{"blanket", 0, "bedroom lounge", forSoft},
		{"teddy", interesting, "bedroom", forSoft},

		{"sock", washable, "bedroom laundry", forClothes},
		{"shirt", washable, "bedroom laundry", forClothes},
		{"towel", washable, "bathroom laundry", forClothes + " rack shelf stool"},
		{"cloth", washable, "bathroom laundry kitchen", forClothes + " sink shelf bathtub cupboard rack"},
		{"jacket", washable, "laundry bedroom", forClothes},

		{"soap", washable, "bathroom laundry", forToiletries},
		{"comb", washable, "bathroom", forToiletries},
		{"toothbrush", washable, "bathroom", forToiletries},
		{"razor", washable, "bathroom", forToiletries},
		{"shampoo", 0, "bathroom", forToiletries},
		{"sponge", washable, "bathroom kitchen laundry", forToiletries},
		{"toiletroll", 0, "bathroom", forToiletries},
		{"brush", washable, "laundry bathroom", forToiletries},
		{"bucket", washable, "laundry", forToiletries},
		{"softener", 0, "laundry", forToiletries},

		{"candle", interesting, "bathroom lounge bedroom", forDecor},
		{"vase", washable | interesting, "lounge bedroom", forDecor},
		{"statue", washable | interesting, "lounge office", forDecor},
		{"clock", interesting, "bedroom lounge office", forDecor},
	}
}
