"""Azure Monitor metrics of the account, counted from the chats that were really made."""
