"""The demo company Fernhill Supply: the files it delivers, and the truth that was planted in them."""
