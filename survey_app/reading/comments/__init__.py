"""The page of comments: quarantine for two people, released ones for those who may read them."""
