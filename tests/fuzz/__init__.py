"""Random requests to every endpoint: whatever comes, the answer is one of the API's own."""
