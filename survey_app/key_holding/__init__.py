"""Two people hold the keys of a wave: how they are asked, make their keys, and open the urn."""
