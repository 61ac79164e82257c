"""What people do to conversations, a module per verb or two. Each holds the conversation's row."""
