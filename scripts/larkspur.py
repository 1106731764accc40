"""Catalogues of one invented vendor, Larkspur Tills, the same bytes on every run. Standard library only."""
import random

SEED = 20_240_229
WORDS = "amber basil cedar dill ember fig ginger hazel iris juniper kale lemon maple nutmeg olive".split()


def catalogue(items, lists, categories):
    """The payload of the invented vendor Larkspur Tills."""
    pick = random.Random(SEED)
    text = lambda words: " ".join(pick.choice(WORDS) for _ in range(words)).capitalize()
    return {
        "categories": [{"id": f"cat_{n:04}", "name": f"{text(1)} {n}"} for n in range(categories)],
        "modifierLists": [
            {
                "id": f"ml_{n:05}",
                "name": text(2),
                "minSelected": 0,
                "maxSelected": 2,
                "modifiers": [
                    {"id": f"mod_{n:05}_{m}", "name": text(2), "priceCents": pick.randrange(0, 40) * 10}
                    for m in range(4)
                ],
            }
            for n in range(lists)
        ],
        "items": [
            {
                "id": f"itm_{n:07}",
                "name": f"{text(2)} {n}",
                "description": text(51 if items > 1000 else 30),
                "priceCents": pick.randrange(15, 400) * 10 + 5,
                "categoryId": f"cat_{pick.randrange(categories):04}",
                "modifierListIds": [
                    f"ml_{chosen:05}" for chosen in sorted(pick.sample(range(lists), pick.randrange(0, 3)))
                ],
                "barcode": f"40{pick.randrange(10 ** 11):011}",
                "available": pick.random() > 0.1,
            }
            for n in range(items)
        ],
    }
